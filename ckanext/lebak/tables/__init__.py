"""Uploaded tables: checked, and put into the datastore by the columns that their producer described.

CKAN's own means are used and not ckanext-xloader, because xloader guesses types: the area code ``36.02`` becomes a
number, leading zeros vanish, and a decimal comma makes a column text. Here the described type of a column decides, and
a value that does not fit is told with its row and column instead of being bent.

===============  ================================================================================================
``values``, ``workbook``, ``reading``, ``columns``, ``identifiers``, ``personal`` and ``scan`` know nothing of CKAN.
"""
