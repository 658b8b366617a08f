"""Hold finished tables to their contracts: columns, types, keys, rules and references."""

from collections.abc import Mapping

import polars as pl
from dataframely.exc import SchemaError, ValidationError

from pipeline.errors import ContractError
from pipeline.tables import FOREIGN_KEYS, TABLES

_NEXT = "this is a bug of the pipeline: report it with the message; curated/latest is as it was"


def check_contracts(tables: Mapping[str, pl.DataFrame]) -> None:
    """Accept tables that keep every contract.

    Raises:
        ContractError: A table breaks one; the message names the table and the rule.
    """
    for name, schema in TABLES.items():
        try:
            schema.validate(tables[name], cast=False)
        except (SchemaError, ValidationError) as error:
            raise ContractError(name, str(error), _NEXT) from error
    for key in FOREIGN_KEYS:
        target = TABLES[key.target].primary_key()[0]
        dangling = (
            tables[key.table]
            .filter(pl.col(key.column).is_not_null())
            .join(tables[key.target], left_on=key.column, right_on=target, how="anti")
        )
        if dangling.height:
            example = dangling[key.column][0]
            cause = f"{dangling.height} values of {key.column} are in no row of {key.target}, for example {example!r}"
            raise ContractError(key.table, cause, _NEXT)
