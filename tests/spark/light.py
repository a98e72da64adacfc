"""Spark set for many small queries one after the other: one core, one part, nothing compiled to byte code."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
from pyspark.sql import SparkSession

from tests.sql.chance import Cells

SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.catalogImplementation": "in-memory",
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.autoBroadcastJoinThreshold": "-1",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
}


def start(settings: dict[str, str] | None = None) -> Any:
    """The Spark in which every connection of the tests has its session."""
    builder = SparkSession.builder.master("local[1]").appName("tests")
    for name, value in (settings or SETTINGS).items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def write(folder: Path, ddl: str, rows: Cells) -> None:
    """Tables as a warehouse has them: a folder of Parquet each."""
    with duckdb.connect(":memory:") as made:
        for statement in ddl.split(";"):
            made.execute(statement)
        for name, listed in rows.items():
            if listed:
                marks = ", ".join("?" * len(listed[0]))
                made.executemany(f'insert into "{name}" values ({marks})', listed)
            (folder / name).mkdir(parents=True, exist_ok=True)
            made.execute(f"copy \"{name}\" to '{folder}/{name}/rows.parquet' (format parquet)")
