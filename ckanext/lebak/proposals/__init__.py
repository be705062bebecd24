"""Proposals of statistical activities, for BPS's recommendation: forms FS3 (survey) and FP-KPA (compilation).

BPS decides in a system of its own, Romantik. Here a proposal is prepared by its office and checked by the walidata on
the way that all records go (``release``), but it never becomes public: the walidata passes it on, somebody enters it in
Romantik by hand, and what Romantik says is recorded here with the day. The catalog issues no number.

==============  =======================================================================================================
``states``      the statuses of Romantik and which may follow which; pure
``standing``    where a proposal stands, out of what was recorded of it, and what may be recorded next; pure
``days``        days since the form was complete; pure
``numbers``     the form of a recommendation number; pure
``similar``     the same or similar work by title and variables; pure
``shares``      which activities need a recommendation and which have one; pure
``model``       what was recorded, never changed
``recording``   records it
``letters``     the files that prove it, kept privately
``looking``     what is shown of proposals, and to whom
``becoming``    a feasible proposal becomes an activity
``reminding``   who is reminded, at night, that BPS waits for the results
==============  =======================================================================================================
"""
