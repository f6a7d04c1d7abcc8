-- A policy's owner is written as every other place of the organisation.
UPDATE policies SET body = REPLACE(body, '"owner":{"scope":"tenant"}', '"owner":{"level":"account"}');
UPDATE policies SET body = REPLACE(body, '"owner":{"scope":"cluster","id":', '"owner":{"level":"cluster","id":');
UPDATE policies SET body = REPLACE(body, '"owner":{"scope":"department","id":', '"owner":{"level":"department","id":');
UPDATE policies SET body = REPLACE(body, '"owner":{"scope":"project","id":', '"owner":{"level":"project","id":');
