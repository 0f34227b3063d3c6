-- include: keys
-- Put a ticket into its lane at its score, and among those who wait since when it does.
local function park(ticket, lane, score, since)
  call('ZADD', key('wait', lane), score, ticket)
  call('ZADD', PREFIX .. 'heads', 'LT', score, lane)
  call('ZADD', PREFIX .. 'line', since, ticket)
end
