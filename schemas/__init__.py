"""What a record is: the ckanext-scheming schemas of the catalog, shipped as ``ckanext.lebak.schemas``."""
