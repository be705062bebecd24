"""What people are told of the records that concern them: on their page, and by one e-mail a day.

============  =========================================================================================================
``model``     a notice
``telling``   who is told what, in the transaction of what happened
``schedule``  what is promised and due, and what is overdue
``wording``   the sentences, the text for a messenger, the daily e-mail
``inbox``     the notices of a person
``digests``   the daily e-mail, through CKAN's mailer and so through ``INotifier``
============  =========================================================================================================

A notice names a record, and no person. It holds no reason and no remark: those are read where the record is.
"""
