-- The scores of visitors from the coefficients of models: the sum of what their features weigh, then the model's calibration
-- (a logistic function of it). feature_buckets(visitor_key, bucket, value), coefficients(segment_id, bucket, weight),
-- segment_models(segment_id, slope, intercept): a visitor without any known feature has the score of the intercept.
select
  visitors.visitor_key,
  segment_models.segment_id,
  1 / (1 + exp(-least(30, greatest(-30,
    segment_models.slope * coalesce(sums.score, 0) + segment_models.intercept)))) as score
from (
  select visitor_key
  from feature_buckets
  group by visitor_key
) as visitors
cross join segment_models
left join (
  select
    feature_buckets.visitor_key,
    coefficients.segment_id,
    sum(feature_buckets.value * coefficients.weight) as score
  from feature_buckets
  join coefficients on coefficients.bucket = feature_buckets.bucket
  group by feature_buckets.visitor_key, coefficients.segment_id
) as sums on sums.visitor_key = visitors.visitor_key and sums.segment_id = segment_models.segment_id
