"""The offices of the county: loading them, and keeping their names and addresses when they change.

===========  ==========================================================================================================
``data``     ``opd.csv``: 33 OPD, 28 kecamatan, BPS Kabupaten Lebak, each with its source
``catalog``  that file as records of ``schemas/organization.yaml``
``loading``  the records into CKAN, without undoing what a person changed
``model``    what was loaded last, and the former addresses
``names``    offices by any of their names
``aliases``  a former address to the present one, and the redirect
``changes``  renaming an office, merging two
``images``   where an office's picture is
===========  ==========================================================================================================
"""
