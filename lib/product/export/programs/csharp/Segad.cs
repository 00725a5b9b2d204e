// Checks the model in the folder above this one by its certificate.
//
//     dotnet run             ends with 1 where the model says something else than it must
//     dotnet run -- FOLDER   of the export, where it is another one
//
// To score in a program of your own: a picture is u8[1,H,W,3], RGB, at the size of the model; Verify shows the call.
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

string[] decisions = ["good", "review", "bad"];
string folder = args.Length > 0 ? args[0] : "..";
using JsonDocument document = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "certificate.json")));
JsonElement certificate = document.RootElement;
double scoreTolerance = certificate.GetProperty("tolerance").GetProperty("score").GetDouble();
double mapTolerance = certificate.GetProperty("tolerance").GetProperty("map").GetDouble();
using var session = new InferenceSession(ReadCertified(certificate.GetProperty("model")));

int failed = 0;
foreach (JsonElement reference in certificate.GetProperty("references").EnumerateArray())
{
    if (!Verify(reference)) failed++;
}
Console.WriteLine($"{certificate.GetProperty("references").GetArrayLength() - failed} of {certificate.GetProperty("references").GetArrayLength()} hold");
return failed > 0 ? 1 : 0;

bool Verify(JsonElement reference)
{
    var feeds = new List<NamedOnnxValue>();
    foreach (string name in new[] { "picture", "segments" })
    {
        if (!reference.TryGetProperty(name, out JsonElement entry)) continue;
        (int[] shape, byte[] bytes) = ReadNpy(ReadCertified(entry));
        feeds.Add(NamedOnnxValue.CreateFromTensor(name, new DenseTensor<byte>(bytes, [1, .. shape])));
    }
    bool hasMaps = reference.TryGetProperty("maps", out JsonElement mapsEntry);
    string[] wanted = hasMaps ? ["score", "decision", "maps"] : ["score", "decision"];
    using var results = session.Run(feeds, wanted);
    var found = results.ToDictionary(result => result.Name);
    float score = found["score"].AsTensor<float>().ToArray()[0];
    string decision = decisions[found["decision"].AsTensor<long>().ToArray()[0]];
    double expected = reference.GetProperty("score").GetDouble();
    string expectedDecision = reference.GetProperty("decision").GetString()!;
    double scoreError = Math.Abs(score - expected) / Math.Max(1, Math.Abs(expected));
    double mapError = 0;
    if (hasMaps)
    {
        (int[] sizes, byte[] raw) = ReadNpy(ReadCertified(mapsEntry));
        mapError = MapDifference(found["maps"].AsTensor<float>().ToArray(), MemoryMarshal.Cast<byte, float>(raw), sizes[0]);
    }
    bool holds = scoreError <= scoreTolerance && mapError <= mapTolerance && decision == expectedDecision;
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"{(holds ? "ok  " : "FAIL")} {reference.GetProperty("name").GetString()}: {score:F6} ({decision}), expected {expected:F6} ({expectedDecision}); off by {scoreError:E1}, maps by {mapError:E1}"));
    return holds;
}

byte[] ReadCertified(JsonElement entry)
{
    string path = Path.Combine(folder, entry.GetProperty("file").GetString()!);
    byte[] bytes = File.ReadAllBytes(path);
    string hash = Convert.ToHexString(SHA256.HashData(bytes)).ToLowerInvariant();
    if (hash == entry.GetProperty("sha256").GetString()) return bytes;
    throw new InvalidDataException($"{path} is not the file that was certified");
}

// An array of NumPy's .npy format, version 1, C order: its sizes and its elements as they lie in the file.
static (int[] Shape, byte[] Data) ReadNpy(byte[] bytes)
{
    int length = bytes[8] | bytes[9] << 8;
    string header = Encoding.Latin1.GetString(bytes, 10, length);
    string sizes = Regex.Match(header, @"'shape': \(([^)]*)\)").Groups[1].Value;
    int[] shape = sizes.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(int.Parse).ToArray();
    return (shape, bytes[(10 + length)..]);
}

static double MapDifference(float[] found, ReadOnlySpan<float> expected, int count)
{
    int pixels = expected.Length / count;
    double worst = 0;
    for (int k = 0; k < count; k++)
    {
        double most = 1e-30, difference = 0;
        for (int i = k * pixels; i < (k + 1) * pixels; i++)
        {
            most = Math.Max(most, Math.Abs(expected[i]));
            difference = Math.Max(difference, Math.Abs(found[i] - expected[i]));
        }
        worst = Math.Max(worst, difference / most);
    }
    return worst;
}
