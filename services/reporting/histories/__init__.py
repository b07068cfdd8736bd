"""Each subject's newest coded history as heard, from which every figure can be counted again at any time."""
