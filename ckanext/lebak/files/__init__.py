"""How files are kept.

CKAN keeps an upload under the id of its resource and writes over it, before the save is certain. Here a file is kept
under the SHA-256 of its content, the resource's ``hash``: a working copy of a released dataset holds a newer file while
the released one stays readable, a release is a change in the database alone, and a save that fails has changed nothing.

=============  ========================================================================================================
``types``      which files are taken: by their name and their first bytes
``uploads``    what a person or a program may say of a file when it saves
``content``    where the content lies, what refers to it, and its end
=============  ========================================================================================================

``types`` knows nothing of CKAN.
"""
