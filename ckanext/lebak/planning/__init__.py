"""Daftar Data: what each office promises to release in a year, and what of it was agreed and kept.

================  =====================================================================================================
``model``         a round, a promise, a version of the list, a signed document
``entry``         what a promise says: one declaration of its fields, and how what was typed is read
``lookups``       the records that a promise may name
``rounds``        a year's round is opened and closed by the coordinator
``promises``      an office writes, changes and hands in its promises; its head consents
``doubles``       promises of different offices that look like the same data
``overlaps``      where such promises and published data meet
``offices``       the offices that promise
``versions``      the Forum agrees: a version is frozen with number, date and signed document
``fulfilment``    the releases that keep promises
``public``        what everybody may know of an entry, by one function
``spreadsheet``   a template, and promises read from a workbook
``importing``     promises of a workbook, tried first, then written
``exchange``      the agreed list as CSV, XLSX and JSON
``calendar``      the release calendar as iCalendar
``minutes``       the Berita Acara of an office with its annex, as PDF
``reminders``     who is told when a round opens and when a promise is due
================  =====================================================================================================

The law: Perpres 39/2019, article 27 (the list states the producer and the schedule of release) and articles 23 and 24
(the Forum agrees on it, coordinated by the planning office). A promise is no dataset: it may exist before its dataset,
and what was agreed stays as it was signed, whatever becomes of the dataset.
"""
