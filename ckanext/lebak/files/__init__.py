"""How files are kept, and who may take them.

CKAN keeps an upload under the id of its resource and writes over it, before the save is certain. Here a file is kept
under the SHA-256 of its content, the resource's ``hash``: a working copy of a released dataset holds a newer file while
the released one stays readable, a release is a change in the database alone, and a save that fails has changed nothing.

CKAN asks ``package_show`` for everything that has to do with a file. Here there is a rule of its own for files, and
every door asks it.

=============  ========================================================================================================
``types``      which files are taken: by their name and their first bytes
``uploads``    what a person or a program may say of a file when it saves
``content``    where the content lies, what refers to it, and its end
``access``     who may take a file: the rule, and the facts that it needs
``masking``    a record without the addresses of its files, for those who may not take them
``approvals``  agencies ask for restricted files, and the walidata decides
``readings``   who took what
=============  ========================================================================================================

``types`` knows nothing of CKAN; ``access.reason`` is pure.
"""
