-- include: keys
-- A policy (the steps of a ticket) is stored once for all tickets that share it.
local function policy_hold(policy, steps)
  if call('HINCRBY', key('policy', policy), 'refs', 1) == 1 and call('PERSIST', key('policy', policy)) == 0 then
    call('HSET', key('policy', policy), 'steps', steps) -- a new one, not one that was about to go
  end
end
