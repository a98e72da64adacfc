"""What a query may be made of: every form with the parts it may have, and the functions of each dialect.

What does not stand here is refused, also where it would do no harm: a list of what is dangerous is
never complete, and the reader of SQL accepts more than anybody has thought of.
"""

from __future__ import annotations

from sqlglot import exp

# form → the parts it may have; a part that is set and not listed is refused
FORMS: dict[type[exp.Expr], frozenset[str]] = {
    kind: frozenset(parts.split())
    for kind, parts in {
        exp.Select: "with_ expressions distinct from_ joins where group having qualify windows order "
        "limit offset",
        exp.Union: "with_ this expression distinct order limit offset",
        exp.Except: "with_ this expression distinct order limit offset",
        exp.Intersect: "with_ this expression distinct order limit offset",
        exp.With: "expressions",
        exp.CTE: "this alias materialized",
        exp.Subquery: "this alias order limit offset",
        exp.Table: "this alias db",
        exp.TableAlias: "this columns",
        exp.From: "this",
        exp.Join: "this on side kind using",
        exp.Where: "this",
        exp.Group: "expressions grouping_sets cube rollup all",
        exp.GroupingSets: "expressions",
        exp.Cube: "expressions",
        exp.Rollup: "expressions",
        exp.Having: "this",
        exp.Qualify: "this",
        exp.Order: "expressions",
        exp.Ordered: "this desc nulls_first",
        exp.Limit: "expression",
        exp.Offset: "expression",
        exp.Fetch: "direction count",
        exp.Distinct: "expressions on",
        exp.Alias: "this alias",
        exp.Paren: "this",
        exp.Tuple: "expressions",
        exp.Column: "this table",
        exp.Identifier: "this quoted",
        exp.Star: "except_",
        exp.Literal: "this is_string",
        exp.Null: "",
        exp.Boolean: "this",
        exp.Var: "this",
        exp.Window: "this partition_by order spec over alias",
        exp.WindowSpec: "kind start start_side end end_side exclude",
        exp.Filter: "this expression",
        exp.WithinGroup: "this expression",
        exp.IgnoreNulls: "this",
        exp.RespectNulls: "this",
        exp.DataType: "this expressions nested",
        exp.DataTypeParam: "this",
        exp.Interval: "this unit",
        exp.Cast: "this to",
        exp.TryCast: "this to safe requires_string",
        exp.Case: "this ifs default",
        exp.If: "this true false",
        exp.In: "this expressions query",
        exp.Exists: "this",
        exp.Between: "this low high",
        exp.Like: "this expression negate",
        exp.ILike: "this expression negate",
        exp.SimilarTo: "this expression",
        exp.Glob: "this expression",
        exp.Escape: "this expression",
        exp.RegexpLike: "this expression flag",
        exp.RegexpILike: "this expression flag",
        exp.DPipe: "this expression safe",
        exp.Is: "this expression negate",
        exp.Div: "this expression typed safe",
        exp.Any: "this",
        exp.All: "this",
    }.items()
}
FORMS |= {
    kind: frozenset(("this", "expression"))
    for kind in (
        *(exp.And, exp.Or, exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE),
        *(exp.NullSafeEQ, exp.NullSafeNEQ, exp.Add, exp.Sub, exp.Mul, exp.Mod, exp.IntDiv),
        *(exp.BitwiseAnd, exp.BitwiseOr, exp.BitwiseXor),
        *(exp.BitwiseLeftShift, exp.BitwiseRightShift),
    )
}
FORMS |= {kind: frozenset(("this",)) for kind in (exp.Not, exp.Neg, exp.BitwiseNot)}

JOINS = {"", "INNER", "CROSS", "OUTER"}
QUERIES = (exp.Select, exp.Union, exp.Except, exp.Intersect)

# types a value may be cast to: none that looks something up (`regclass`), none that nests
TYPES = frozenset(
    exp.DType[name]
    for name in (
        *("TEXT", "VARCHAR", "CHAR", "NCHAR", "NVARCHAR", "BPCHAR", "NAME", "BOOLEAN", "UUID"),
        *("TINYINT", "SMALLINT", "INT", "BIGINT", "INT128", "UTINYINT", "USMALLINT", "UINT"),
        *("UBIGINT", "FLOAT", "DOUBLE", "DECIMAL", "BIGDECIMAL", "DATE", "TIME", "TIMESTAMP"),
        *("TIMESTAMPTZ", "TIMESTAMPNTZ", "DATETIME", "INTERVAL"),
    )
    if name in exp.DType.__members__ and name != "NAME"
)

# words that are written as they stand, without quotes: what a moment is cut to, and lengths of time
UNITS = (
    *("MICROSECOND", "MILLISECOND", "SECOND", "MINUTE", "HOUR", "DAY", "WEEK", "MONTH", "QUARTER"),
    *("YEAR", "DECADE", "CENTURY", "MILLENNIUM"),
)
BARE = frozenset((
    *UNITS,
    *(f"{unit}S" for unit in UNITS),
    *("CENTURIES", "MILLENNIA", "DOW", "DOY", "ISODOW", "ISOYEAR", "EPOCH", "JULIAN"),
    *("DAYOFWEEK", "DAYOFYEAR", "WEEKDAY", "YEARWEEK"),
))  # fmt: skip

# SQLite has no dates: what it makes of a cast to one, its reader here would make otherwise
SQLITE_TYPES = frozenset(
    kind
    for kind in TYPES
    if not any(part in kind.name for part in ("DATE", "TIME", "INTERVAL", "UUID"))
)

AGGREGATES = (
    *(exp.Count, exp.CountIf, exp.Sum, exp.Avg, exp.Min, exp.Max, exp.Median, exp.Quantile),
    *(exp.PercentileCont, exp.PercentileDisc, exp.Stddev, exp.StddevPop, exp.StddevSamp),
    *(exp.Variance, exp.VariancePop, exp.Corr, exp.CovarPop, exp.CovarSamp, exp.GroupConcat),
    *(exp.LogicalAnd, exp.LogicalOr, exp.ArgMax, exp.ArgMin, exp.ApproxDistinct, exp.AnyValue),
    *(exp.Mode, exp.RowNumber, exp.Rank, exp.DenseRank, exp.PercentRank, exp.CumeDist, exp.Ntile),
    *(exp.Lag, exp.Lead, exp.FirstValue, exp.LastValue, exp.NthValue),
)
SCALARS = (
    *(exp.Coalesce, exp.Nullif, exp.Abs, exp.Round, exp.Floor, exp.Ceil, exp.Sign, exp.Sqrt),
    *(exp.Pow, exp.Exp, exp.Ln, exp.Log, exp.Lower, exp.Upper, exp.Length, exp.Trim),
    *(exp.Substring, exp.StrPosition, exp.Left, exp.Right, exp.Concat, exp.ConcatWs, exp.Initcap),
    *(exp.Greatest, exp.Least, exp.Replace, exp.Reverse, exp.StartsWith, exp.EndsWith),
    *(exp.Extract, exp.DateTrunc, exp.TimestampTrunc, exp.Date, exp.DateAdd, exp.DateSub),
    *(exp.DateDiff, exp.TsOrDsToDate, exp.Year, exp.Month, exp.Day, exp.Quarter, exp.Week),
    *(exp.DayOfWeek, exp.DayOfMonth, exp.DayOfYear, exp.LastDay, exp.TimeToStr, exp.SplitPart),
    *(exp.Hour, exp.Minute, exp.Second, exp.Trunc, exp.Grouping, exp.Unicode, exp.ToChar),
)
FUNCTIONS: frozenset[type[exp.Expr]] = frozenset((*AGGREGATES, *SCALARS))

# what the reader would write in other words in a database that has none of its own, with another meaning
OTHERWISE: dict[type[exp.Expr], frozenset[str]] = {
    exp.ToChar: frozenset(["postgres", "spark"]),
    exp.DateDiff: frozenset(["duckdb", "spark"]),
    exp.ArgMax: frozenset(["duckdb", "spark"]),
    exp.ArgMin: frozenset(["duckdb", "spark"]),
    exp.IgnoreNulls: frozenset(["duckdb", "spark"]),
}

# functions the reader has no class for, by dialect
NAMED: dict[str, frozenset[str]] = {
    "sqlite": frozenset(
        [
            "total",
            "julianday",
            "unixepoch",
            "time",
            "datetime",
            "strftime",
            "instr",
            "iif",
            "ifnull",
            "ltrim",
            "rtrim",
            "sign",
        ]
    ),
    "duckdb": frozenset(
        ["isodow", "bit_count", "contains", "prefix", "suffix", "monthname", "dayname", "fsum"]
    ),
    "postgres": frozenset(["age", "btrim", "char_length", "date_part", "bit_length"]),
    "spark": frozenset(["date_format", "months_between", "weekofyear"]),
}
