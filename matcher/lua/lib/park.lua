-- include: keys
-- Put a ticket into its lane at its score.
local function park(ticket, lane, score, arrived)
  call('ZADD', key('wait', lane), score, ticket)
  call('ZADD', PREFIX .. 'heads', 'LT', score, lane)
  call('ZADD', PREFIX .. 'line', arrived, ticket)
end
