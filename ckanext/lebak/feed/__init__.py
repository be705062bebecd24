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
``catalog``        the pages of the catalogue, dump and documents of records
``datajson``       ``/data.json``
``facade``         ``/harvest/api/3/action/*``, for harvesters of portals without our schema
``stream``         ``/feed``, the change stream
``visits``         who harvested
``checking``       whether database, search index and feed agree
``score``          what the European quality assessment would say of a record
=================  ====================================================================================================

A change is noted by the database itself, in the transaction that makes it (``lebak_feed_change``, filled by triggers).
One publisher at a time, under an advisory lock, turns what is committed into revisions with ascending numbers and then
shows a snapshot of them: whoever reads on after N cannot miss a transaction that commits late, for its changes get
their numbers only after it has committed.
"""
