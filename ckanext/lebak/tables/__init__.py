"""Uploaded tables: checked, and put into the datastore by the columns that their producer described.

CKAN's own means are used and not ckanext-xloader, because xloader guesses types: the area code ``36.02`` becomes a
number, leading zeros vanish, and a decimal comma makes a column text. Here the described type of a column decides, and
a value that does not fit is told with its row and column instead of being bent.

===============  =======================================================================================================
``values``       one cell: text or a number of a worksheet in, a value of the described type out
``workbook``     whether a workbook is safe to open
``reading``      a file: its header and its rows, streamed; every sheet, and what stands beside the cells
``columns``      the header against the described columns
``status``       what came of the last attempt, kept in CKAN's ``task_status``
``loading``      the whole: file, columns, datastore, preview
``identifiers``  numbers and addresses of persons, by their form
``personal``     which columns look like they hold numbers and addresses of persons
``scan``         the first check of a file, by those columns. The full check of a table is to stand beside it
``scanning``     its result, kept by the SHA-256 of the file (``model``); what the hand-in asks
``jobs``         loading and checking in the background, after a dataset was saved
``storage``      an uploaded file, opened
``uploads``      the SHA-256 of every uploaded file
===============  =======================================================================================================

``values``, ``workbook``, ``reading``, ``columns``, ``identifiers``, ``personal`` and ``scan`` know nothing of CKAN.
"""
