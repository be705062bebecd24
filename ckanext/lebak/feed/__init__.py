"""What machines read: changes -> revisions with their fragments -> pages.

=================  ====================================================================================================
``model``          the tables
``changes``        what was changed: noted by triggers in the same transaction, told to the worker after the commit
``records``        the records as the database has them, many at once
``syntaxes``       how a fragment is written in each format, and what stands around fragments in a document
``fragments``      a record in all formats, or why it cannot be said
``packing``        fragments as stored: pieces of a gzip stream that can be joined as they are
``publishing``     changes -> revisions, fragments, snapshots; what is gone
``reading``        snapshots, pages and single records, as they are served
``application``    the addresses: a thin WSGI layer in front of CKAN's session machinery
``request``        what is asked, and the state of the feed that it is answered from
``answers``        conditional and compressed answers of stored pieces
``paging``         links from page to page, also in Hydra's words
``documents``      what stands around fragments, and what is said of records that are gone
``selection``      which records a search finds
``foreign``        pages in profiles that are not ours, written by ckanext-dcat
``catalog``        the pages of the catalogue, dump and documents of records
``datajson``       ``/data.json``
``harvest_query``  what CKAN harvesters filter by, read as conditions on the revisions
``facade``         ``/harvest/api/3/action/*``, for harvesters of portals without our schema
``stream``         ``/feed``, the change stream
``visits``         who harvested
``checking``       whether database, search index and feed agree, and how good the records are
``score``          what the European quality assessment would say of a record
``report``         the page of the walidata: who harvested, and what to mend
``commands``       ``ckan lebak feed``
=================  ====================================================================================================

A change is noted by the database itself, in the transaction that makes it (``lebak_feed_change``, filled by triggers).
One publisher at a time, under an advisory lock, turns what is committed into revisions with ascending numbers and then
shows a snapshot of them: whoever reads on after N cannot miss a transaction that commits late, for its changes get
their numbers only after it has committed.
"""
