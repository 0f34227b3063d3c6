-- include: keys
-- A policy (the steps of a ticket) is stored once for all tickets that share it.
local function policy_hold(policy, steps)
  if call('HINCRBY', key('policy', policy), 'refs', 1) == 1 then
    call('HSET', key('policy', policy), 'steps', steps)
    call('PERSIST', key('policy', policy))
  end
end
