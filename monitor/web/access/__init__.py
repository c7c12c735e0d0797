"""Who may come in.

admission   what the settings say: by which names we are known, and whose word on others is taken
gate        from headers, peer and cookies to an identity or a refusal
origins     does a request that changes something come from a page of ours?
passwords   hashed, and held against a hash
sessions    what a browser holds of somebody who has logged in, and a program of its token
throttle    how often may somebody try?
middleware  all of it before every page
"""
