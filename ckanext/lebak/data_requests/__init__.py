"""Requests of tables ("permintaan data"): BPS for *Kabupaten Dalam Angka*, the planning office, others.

Who asks describes each table: its rows and columns, unit and period, the office that has the data, and the day until
which it is wanted. The office chooses the released dataset that answers it; the cells are read from there whenever the
request is looked at. Nothing is typed: what is not released is not there, and the office says when it will be.

=============  ========================================================================================================
``model``      the requests and their tables
``filling``    cells out of the rows of a dataset; pure
``shape``      what a table must be; pure
``asking``     makes and closes requests
``answering``  which dataset answers a table, and its cells now
``reminders``  who is told that tables are asked for, and due
``workbook``   all of it as a spreadsheet
=============  ========================================================================================================
"""
