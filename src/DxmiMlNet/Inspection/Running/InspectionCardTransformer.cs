using DxmiMlNet.Persistence;
using DxmiMlNet.Pipeline;
using Microsoft.ML;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(typeof(ITransformer), typeof(DxmiMlNet.InspectionCardTransformer), null, typeof(SignatureLoadModel), "", DxmiMlNet.InspectionCardTransformer.LoaderSignature)]

namespace DxmiMlNet;

/// <summary>The last stage of a trained model: adds no column and carries the model's <see cref="InspectionCard"/>.</summary>
internal sealed class InspectionCardTransformer : InspectionTransformer, IRowModel
{
    internal const string LoaderSignature = "DxmiCard";
    internal static readonly LoaderInfo Loader = new("DXMICARD", LoaderSignature, 1, typeof(InspectionCardTransformer));

    internal InspectionCardTransformer(IHostEnvironment env, InspectionCard card)
        : base(env, nameof(InspectionCardTransformer))
    {
        Card = card;
    }

    public InspectionCard Card { get; }

    private protected override IRowModel RowModel => this;

    private protected override LoaderInfo LoaderInfo => Loader;

    // Binary format
    // string: method, version
    // int: day of training (days since 0001-01-01), seed, fitting images, calibration images, day of calibration
    // int: references; for each: the PNG behind its length; float: score
    private protected override void Write(BinaryWriter writer)
    {
        writer.Write(Card.Method);
        writer.Write(Card.Version);
        foreach (int number in new[] { Card.TrainedOn.DayNumber, Card.Seed, Card.FittingImages, Card.CalibrationImages, Card.CalibratedOn.DayNumber, Card.References.Count })
            writer.Write(number);
        foreach (var reference in Card.References)
        {
            writer.WriteByteArray(reference.Png.Span);
            writer.Write(reference.Score);
        }
    }

    private static InspectionCard Read(BinaryReader reader)
    {
        string method = reader.ReadString(), version = reader.ReadString();
        int[] numbers = [.. Enumerable.Range(0, 6).Select(_ => reader.ReadInt32())];
        return new InspectionCard
        {
            Method = method,
            Version = version,
            TrainedOn = DateOnly.FromDayNumber(numbers[0]),
            Seed = numbers[1],
            FittingImages = numbers[2],
            CalibrationImages = numbers[3],
            CalibratedOn = DateOnly.FromDayNumber(numbers[4]),
            References = [.. Enumerable.Range(0, numbers[5]).Select(_ => new InspectionReference(reader.ReadByteArray(), reader.ReadSingle()))],
        };
    }

    private static ITransformer Create(IHostEnvironment env, object ctx) => MlNetBridge.Load(ctx, Loader, reader => new InspectionCardTransformer(env, Read(reader)));

    DataViewSchema.Column[] IRowModel.BindInputs(DataViewSchema inputSchema) => [];

    DataViewSchema.DetachedColumn[] IRowModel.Outputs(DataViewSchema inputSchema) => [];

    Delegate?[] IRowModel.CreateGetters(DataViewRow input, Func<int, bool> isActive) => [];
}
