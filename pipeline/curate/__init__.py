"""Build the tables of a release from merged practices, and hold them to their contracts. Pure and columnar."""

from pipeline.curate.assemble import assemble
from pipeline.curate.contracts import check_contracts
from pipeline.curate.inputs import Merged

__all__ = ["Merged", "assemble", "check_contracts"]
