"""Who may act for whom: members of an office, and the capacities that are granted to a person.

An office's operators and head are its members in CKAN (``editor`` and ``admin``). Walidata, pembina and coordinator of
the Forum are granted to a person within an organisation that has that role, for a time: the walidata's office is a
producer like others, and its members do not release by being its members (Perpres 39/2019, articles 19 to 24).
"""
