"""What objects, fields and layouts there are, as one immutable value; and how that is read, compared and changed.

* `model` the frozen dataclasses · `names` what a name may be · `field_types` how each type of field behaves
* `registry` everything in force, built whole for each version · `tables` the tables of its objects
* `package`, `definitions`, `yaml_text` YAML and back · `check` whether definitions fit together
* `plan`, `plan_data`, `needed` what would change, what the data forbid · `ddl`, `apply` doing it in one transaction
* `told` how the audit log tells it
* `export` what is in force as a package · `installed` which release's text was applied last

Every room above may use it. It knows nothing of records, rights or screens: those are drawn from what is here.
"""
