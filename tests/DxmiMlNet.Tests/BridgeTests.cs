using DxmiMlNet.Persistence;

namespace DxmiMlNet.Tests;

[TestClass]
public class BridgeTests
{
    [TestMethod]
    public void Every_internal_member_of_MLNET_that_the_bridge_needs_is_there()
        => Assert.IsNull(MlNetBridge.SelfTest());
}
