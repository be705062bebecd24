"""The Forum Satu Data: what was promised, what came of it, and what it decided (Perpres 39/2019, articles 23 and 24).

==============  =======================================================================================================
``figures``     the numbers of an office in a year, and how they add up; pure
``counting``    reads them: promises, activities, datasets
``next_steps``  the next things for an office to do, out of its numbers; pure
``model``       meetings and their decisions
``meetings``    writes them
``paper``       the numbers and decisions for a meeting, as PDF
``sheet``       the same as a workbook
==============  =======================================================================================================
"""
