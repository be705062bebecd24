"""The demonstration catalog: published figures of the county, quoted with their addresses, in their own organization.

``catalog.yaml`` describes it, ``data/`` holds its tables, ``catalog`` reads both, ``loading`` brings it into CKAN and
out of it again. Nothing of it is an official release of an office, and each dataset says so.
"""
