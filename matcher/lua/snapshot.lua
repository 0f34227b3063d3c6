-- The whole floor at one moment, with the journal's last entry: a reader goes on from there.
-- KEYS: 1 journal
-- ARGV: 1 now_ms, 2 rules
-- Returns: {last journal id, seats' rows, {lane, needs (JSON), {ticket, ...}}..., {waiting ticket, arrived_ms, ...},
--          {counter, value, ...} of today}
-- Errors: none
-- Events: none
-- include: keys
-- include: now
-- include: seat_row
local last = call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)
local seats, lanes = {}, {}
for i, seat in ipairs(call('SMEMBERS', PREFIX .. 'seats')) do
  seats[i] = seat_row(seat)
end
for i, lane in ipairs(call('ZRANGE', PREFIX .. 'heads', 0, -1)) do
  lanes[i] = { lane, call('HGET', key('lane', lane), 'needs'), call('ZRANGE', key('wait', lane), 0, -1) }
end
local day = key('count', string.format('%d', math.floor((now + 28800000) / 86400000)))
return { last[1] and last[1][1] or '0-0', seats, lanes, call('ZRANGE', PREFIX .. 'line', 0, -1, 'WITHSCORES'),
  call('HGETALL', day) }
