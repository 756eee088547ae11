"""The believable town: `python -m incidents.demo [--fresh] [--port N]`, where `./manage demo` ends.

A checkout's `.demo/` folder holds everything (folder). The first start writes six years of history (arrivals, voices,
stories -> history -> proof); every start runs the program itself as child processes (processes): the web, a worker, the
simulator with its walls (walls), and the town's life (life: citizens who write, colleagues who answer). Nothing here
listens or speaks beyond loopback, and every person and word was invented.
"""
