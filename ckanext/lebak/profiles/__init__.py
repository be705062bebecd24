"""What a record says to machines: dataset dict <-> DCAT-AP 3 with the national keys of Satu Data Indonesia.

Pure: no database, no HTTP, and no action but those that ckanext-dcat's own profile asks (``sdi``). What writes and what
reads stand side by side in each module; ``docs/mapping.md`` has one row a field.

================  ===================================================================================
``terms``         namespaces, and how a value becomes an IRI or a literal
``concepts``      nodes that many records point at: codes, licences, formats, roles
``site``          what a record does not say itself: our addresses, custodian, supervisor
``fields``        the national keys, one property each
``agents``        offices, contacts, who answers for what
``place``, ``period``   where and when
``columns``       the columns of tables, and StatDCAT-AP's dimensions and attributes
``distribution``  files, their checksum, the data service of a table
``dataset``       the record as a whole
``catalog``       the catalogue
``sdi``           the profile that ckanext-dcat loads
``addresses``     the addresses that it gives records and files
``pod``           a record in data.json
``harvested``     a record for CKAN harvesters of portals without our schema
================  ===================================================================================
"""

from __future__ import annotations

from ckanext.lebak.profiles.sdi import SDIProfile

__all__ = ["SDIProfile"]
