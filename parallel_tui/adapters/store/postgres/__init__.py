"""The store on a PostgreSQL server, for sessions that stand on several machines.

It keeps the same JSON objects as the files do, a row each, so that nothing is lost on the way from
one to the other. What only this machine knows (messages for its agents, the status page) stays in
its files.
"""
