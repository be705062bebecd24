"""BPS's forms as workbooks: out of records, as empty templates, and back into records; and on paper.

==============  =======================================================================================================
``layout``      where each question of a form stands; pure
``cells``       an answer as cells, and back; pure
``writing``     records, or nothing, as a workbook with drop-downs; pure
``reading``     what a workbook says, with what is wrong by sheet, cell and field; pure
``bundle``      the workbooks of an upload: one, or a zip file of many; pure
``model``       an upload on its way
``importing``   an upload is checked, shown and written, at once or in the background
``records``     the record that a form makes or changes, whole or not at all
``paper``       a filled form as PDF, with empty lines for signatures; pure
==============  =======================================================================================================

All of it is made from the one declaration of the forms (``statistics.questions``), so that a question that is added to
a schema stands in the workbook too. Files are in Indonesian whatever the page is in: they are passed on.
"""
