-- What analysts ask: windows, `with`, sets. `-- An` begins each.
-- A1
with monthly as (
    select c_mktsegment as segment, date_trunc('month', o_orderdate) as month, sum(o_totalprice) as sold
    from orders join customer on c_custkey = o_custkey
    group by c_mktsegment, date_trunc('month', o_orderdate)
)
select segment, month, sold,
    sum(sold) over (partition by segment order by month rows unbounded preceding) as so_far,
    lag(sold) over (partition by segment order by month) as before,
    rank() over (partition by month order by sold desc) as place
from monthly
order by segment, month
-- A2
with firsts as (
    select o_custkey, min(o_orderdate) as first_day from orders group by o_custkey
), later as (
    select f.o_custkey, count(o.o_orderkey) as again
    from firsts f left join orders o
        on o.o_custkey = f.o_custkey and o.o_orderdate > f.first_day
        and o.o_orderdate <= f.first_day + interval '1' year
    group by f.o_custkey
)
select again, count(*) as people from later group by again order by again
-- A3
select n_name, c_name, spent
from (
    select n_name, c_name, c_custkey, sum(o_totalprice) as spent,
        row_number() over (partition by n_name order by sum(o_totalprice) desc, c_custkey) as place
    from customer join nation on n_nationkey = c_nationkey join orders on o_custkey = c_custkey
    group by n_name, c_name, c_custkey
) best
where place <= 3
order by n_name, spent desc, c_name
-- A4
select o_orderkey, l_linenumber, l_extendedprice,
    l_extendedprice / sum(l_extendedprice) over (partition by o_orderkey) as share_of_order,
    avg(l_extendedprice) over (order by o_orderdate, o_orderkey, l_linenumber rows between 6 preceding and current row) as lately,
    first_value(l_shipmode) over (partition by o_orderkey order by l_linenumber) as first_by
from orders join lineitem on l_orderkey = o_orderkey
where o_orderdate >= date '1997-01-01'
order by o_orderkey, l_linenumber
-- A5
with reached as (
    select c_custkey, c_phone from customer where c_phone is not null
), bought as (
    select distinct o_custkey from orders where o_orderdate >= date '1996-01-01'
)
select 'reached' as sort, count(*) from reached
union all
select 'bought', count(*) from bought
union all
select 'both', count(*) from reached where c_custkey in (select o_custkey from bought)
order by 1
-- A6
select ntile, count(*) as people, min(spent) as least, max(spent) as most
from (
    select o_custkey, sum(o_totalprice) as spent, ntile(4) over (order by sum(o_totalprice), o_custkey) as ntile
    from orders group by o_custkey
) quarters
group by ntile
order by ntile
-- A7
select coalesce(c_mktsegment, 'all') as segment, coalesce(o_orderpriority, 'all') as priority, count(*)
from customer join orders on c_custkey = o_custkey
group by rollup (c_mktsegment, o_orderpriority)
order by 1, 2
-- A8
select c_custkey from customer
except
select o_custkey from orders where o_totalprice > (select avg(o_totalprice) from orders)
order by 1
-- A9
select percentile_cont(0.5) within group (order by o_totalprice) as middle,
    count(*) filter (where o_orderstatus = 'F') as done, stddev_samp(o_totalprice) as spread
from orders
