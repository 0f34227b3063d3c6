-- include: keys
-- include: policy_hold
-- include: policy_drop
-- Give a ticket other steps; its waiting counts anew for them.
local function policy_swap(ticket, policy, steps, lane)
  policy_drop(call('HGET', key('ticket', ticket), 'policy'))
  policy_hold(policy, steps)
  call('HSET', key('ticket', ticket), 'policy', policy, 'step', 0, 'lane', lane)
end
