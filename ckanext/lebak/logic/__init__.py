"""CKAN's own doors: validators, actions, authorisation. They stay thin; the work is done in the rooms beside them."""
