"""e-Walidata: a value for each code of SIPD-RI's list of indicators, taken from released tables.

=============  ========================================================================================================
``model``      where the value of a code stands, and exports that were kept
``values``     one value out of rows, with the cells that it came from, and how it differs from last year's. Pure
``tables``     the rows of a released table
``mappings``   what a code maps to
``exporting``  the values of a year, to look at, as a workbook and in the form of e-Walidata's own API
=============  ========================================================================================================

The keys ``kodeindikator``, ``kodepemda``, ``tahun`` and ``data`` are those of e-Walidata's API (``push_dssd``).
Nothing is sent there from here: who is responsible takes the file and enters it.
"""
