"""The tests of ckanext-lebak."""
