-- At most so many of a list, evenly spread over it, and how many each of them stands for.
local function some_of(list, most)
  if #list <= most then
    return list, 1
  end
  local some, each = {}, #list / most
  for i = 1, most do
    some[i] = list[math.floor((i - 1) * each) + 1]
  end
  return some, each
end
