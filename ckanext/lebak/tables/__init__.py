"""Uploaded tables, put into the datastore by the columns that their producer described.

CKAN's own means are used and not ckanext-xloader, because xloader guesses types: the area code ``36.02`` becomes a
number, leading zeros vanish, and a decimal comma makes a column text. Here the described type of a column decides, and
a value that does not fit is told with its row and column instead of being bent.

============  =========================================================================================================
``values``    one cell: text or a number of a worksheet in, a value of the described type out
``reading``   a file: its header and its rows, streamed
``columns``   the header against the described columns
``status``    what came of the last attempt, kept in CKAN's ``task_status``
``loading``   the whole: file, columns, datastore, preview
``jobs``      the same in the background, after a dataset was saved
============  =========================================================================================================

``values``, ``reading`` and ``columns`` know nothing of CKAN.
"""
