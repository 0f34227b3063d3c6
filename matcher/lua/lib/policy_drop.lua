-- include: keys
-- include: rules
-- One ticket less uses the policy; with the last one it goes when that ticket's record does.
local function policy_drop(policy)
  if call('HINCRBY', key('policy', policy), 'refs', -1) <= 0 then
    call('EXPIRE', key('policy', policy), rules.keep_s)
  end
end
