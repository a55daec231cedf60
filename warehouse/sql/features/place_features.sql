-- Where visitors look: their departement and commune, and how much of what they do stays in the departement.
select visitor_key, 'dep:' || departement as name, cast(1 as real) as value
from visitor_places
union all
select visitor_key, 'com:' || commune as name, cast(1 as real) as value
from visitor_places
union all
select visitor_key, 'local' as name, cast(share as real) as value
from visitor_places
