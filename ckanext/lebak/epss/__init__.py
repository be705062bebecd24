"""The self-assessment of the county's statistics (EPSS, Peraturan BPS 3/2022), and what the catalog can evidence of it.

==============  =======================================================================================================
``model``       the activities chosen, a level and its explanation for each indicator, documents
``answers``     writes them
``facts``       what the catalog counts in a year
``evidence``    which of it speaks for which indicator, and for which the catalog has nothing; pure
``folder``      all of it as a folder to hand over
==============  =======================================================================================================

The index is BPS's to reckon: the weights of its indicators are not in the sources that were verified.
"""
