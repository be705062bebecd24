"""The catalog and its services on one machine, without installing any of them.

PostgreSQL, Redis and Solr come from the package registries as published binaries, run as ordinary processes of the
person who starts them, listen on 127.0.0.1 or a Unix socket only, and keep everything under ``var/``.

=============  ======================================================================================================
``bootstrap``  makes ``.venv`` from the locks (standard library only: it runs before anything is installed)
``process``    a background process: start, know again, stop
``postgres``, ``redis``, ``solr``   the three services
``stack``      the three together: databases, Redis numbers, Solr cores
``config``     the settings of a CKAN site, as text of its ``ckan.ini``
``site``       one CKAN site on a stack: initialise, start, stop, run commands
``catalog``    the site of ``make up``
``suite``      the phases of ``make test``
``bench``      what ``make bench`` measures
=============  ======================================================================================================

``python -m embedded --help`` lists the commands; the Makefile calls them.
"""
