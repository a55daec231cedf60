-- Features by the bucket of their name, as models know them: the first five hexadecimal digits of its MD5. Names that share
-- one are added up.
select
  visitor_features.visitor_key,
  names.bucket,
  visitor_features.value
from visitor_features
join (
  select name, substring(md5(name), 1, 5) as bucket
  from visitor_features
  group by name
) as names on names.name = visitor_features.name
