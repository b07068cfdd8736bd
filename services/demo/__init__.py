"""A made-up authority to try things on: nobody in it exists, and everything it shows says so.

`calibration` says what it resembles, `children`, `casework`, `workforce` and `practice` make it up, `borough` puts it in
through the services' own operations, `story` tells one child's case, `run` is `dwc demo`.
"""
