"""Three deployables that never import or call one another; they speak by events: `intake`, `observation`, `reporting`.

Around them: `cli.py` (the command `dwc`), `host.py` (all three in one process), `operating` (what whoever runs it asks for),
`demo` (a made-up borough) and `reference` (the pages drawn from the code).
"""
