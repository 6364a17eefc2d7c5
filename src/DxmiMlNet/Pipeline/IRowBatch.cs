namespace DxmiMlNet.Pipeline;

/// <summary>Room for some rows, read one by one and computed together.</summary>
internal interface IRowBatch
{
    /// <summary>Reads the input's current row into a slot.</summary>
    void Read(int slot);

    /// <summary>Computes the first slots. What one row alone is to blame for waits until its getter is called.</summary>
    void Compute(int count);

    /// <summary>A getter for each added column; <paramref name="slot"/> sees to it that the current row is computed and says where it is.</summary>
    Delegate[] CreateGetters(Func<int> slot);
}
